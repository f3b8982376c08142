"""GeoJSON features of exports, with the same plain properties as the files of other formats."""

import orjson

from api.query.flat import flat

_PROPERTIES = b',"properties":'


def flat_feature(line: bytes) -> bytes:
    """Return the line of a feature with plain properties; its geometry, which may be large, is not looked at."""
    begin = line.index(_PROPERTIES) + len(_PROPERTIES)
    end = line.rindex(b"}")
    return line[:begin] + orjson.dumps(flat(orjson.loads(line[begin:end]))) + line[end:]
