"""usage: show-plist.py FILE: the reports of the analyzer's property list, one line an event."""
import plistlib
import sys

for report in plistlib.load(open(sys.argv[1], "rb"))["diagnostics"]:
    print(report["check_name"], "in", report["issue_context"])
    print("type:", report["type"])
    for piece in report["path"]:
        if piece["kind"] == "event":
            print(piece["message"])
