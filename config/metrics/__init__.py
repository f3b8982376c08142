"""What the service counts and measures, for Prometheus at `/metrics`.

`requests` counts what each worker answers, `process` what it holds, both in files that all workers share (prometheus-client's
multiprocess mode); `state` reads from the database what is the same for all of them, when somebody asks; `page` joins them.
"""
