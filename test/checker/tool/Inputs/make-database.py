"""usage: make-database.py FOLDER FLAGS: a compile_commands.json for every C file in FOLDER."""
import json
import pathlib
import sys

folder, flags = pathlib.Path(sys.argv[1]), sys.argv[2]
json.dump(
    [{"directory": str(folder), "file": str(f), "command": f"gcc {flags} -c {f}"} for f in sorted(folder.glob("*.c"))],
    open(folder / "compile_commands.json", "w"),
)
