"""How much of a file is read into memory at once, and what is refused for its size. All of it is far beyond honest files."""

#: One feature or geometry, in bytes as it stands in the file.
RECORD_BYTES = 16 * 2**20
#: One line of a text table, in characters.
LINE_CHARACTERS = 2 * 2**20
#: One cell as text, in characters.
CELL_CHARACTERS = 100_000
COLUMNS = 2_000
#: Rows before which the header of a sheet or table must stand.
HEADER_WITHIN = 50
#: Rows of a sheet; the format itself has no more.
SHEET_ROWS = 1_048_576
#: One row of a sheet, as XML, in bytes; what stands before and after the rows, too.
SHEET_ROW_BYTES = 2**20
#: Files in a zip, what all of them unpack to, and how many times its size one may grow.
ZIP_FILES = 2_000
ZIP_BYTES = 4 * 2**30
ZIP_RATIO = 250
#: The texts of a workbook's cells, which its library holds in memory: bytes of XML, and how many.
SHARED_STRINGS_BYTES = 32 * 2**20
SHARED_STRINGS = 500_000
#: Other parts of a workbook that are read whole: styles, relations.
WORKBOOK_PART_BYTES = 8 * 2**20
#: A file that a library reads whole, in a process of its own, and what that process may take: memory, processor time.
CONVERTED_BYTES = 512 * 2**20
CONVERSION_MB = 1_536
CONVERSION_SECONDS = 120
#: A mapping file, in bytes.
MAPPING_BYTES = 256 * 2**10
#: Bytes of a text file that its encoding is guessed from.
ENCODING_SAMPLE_BYTES = 256 * 2**10
#: Vertices and rings of one shape.
VERTICES = 1_000_000
RINGS = 20_000
#: Levels of nesting of JSON.
JSON_DEPTH = 200
#: A file that is uploaded through the admin, in bytes, and its name; the command line takes any size.
UPLOAD_BYTES = 512 * 2**20
UPLOAD_NAME_CHARACTERS = 120
#: Rows that are shown before a file is checked, and how many columns and characters of each.
LOOK_ROWS = 20
LOOK_COLUMNS = 60
LOOK_CHARACTERS = 300
