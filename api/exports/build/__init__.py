"""Files that cannot be streamed, built by a process of its own: Arrow and GDAL never live in a web worker.

It imports nothing of Django; what it needs comes as one line of JSON on its standard input.
"""
