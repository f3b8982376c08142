vcl 4.1;
# The registry behind Varnish 7 or newer. TLS ends before it (hitch, HAProxy, nginx), which sets X-Forwarded-Proto.
# Varnish keeps what our headers allow (s-maxage, Vary, ETag), and serves old responses while it asks for new ones.

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 75s;
    .between_bytes_timeout = 60s;
    .max_connections = 200;
    .probe = {
        .url = "/healthz";
        .interval = 5s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

sub vcl_recv {
    if (req.url ~ "^/metrics") {
        return (synth(404));
    }
    # The admin has cookies and answers nobody else; exports are streams.
    if (req.url ~ "^/admin/" || req.url ~ "/export/?(\?|$)") {
        return (pass);
    }
    # Public pages know no cookies.
    unset req.http.Cookie;
}

sub vcl_backend_response {
    if (bereq.url ~ "/export/?(\?|$)") {
        set beresp.do_stream = true;
        set beresp.uncacheable = true;
    }
    # An old response is better than none for an hour; stale-while-revalidate sets the usual grace.
    if (beresp.ttl > 0s) {
        set beresp.keep = 1h;
    }
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
}

sub vcl_hit {
    # While the service is down, what is at most an hour old.
    if (obj.ttl <= 0s && !std.healthy(req.backend_hint)) {
        if (obj.ttl + 1h > 0s) {
            return (deliver);
        }
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
