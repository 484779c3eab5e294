#!/usr/bin/env python3
"""Checks that the folders of src/ include only what src/LAYERS puts below them.

A row of LAYERS lists folders of one level; a folder includes itself and rows below its own, never a folder beside it.
Inside services/ one role never includes another's folder. Prints each breach as file:line and exits 1.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def layers() -> dict[str, int]:
    rows = [line.split() for line in (ROOT / "LAYERS").read_text().splitlines() if line.strip()]
    return {name: len(rows) - i for i, row in enumerate(rows) for name in row}


def breaches() -> list[str]:
    level = layers()
    found = []
    for folder in sorted(p.name for p in ROOT.iterdir() if p.is_dir()):
        if folder not in level:
            found.append(f"src/{folder}: not in src/LAYERS")
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in {".h", ".cc"}:
            continue
        own = path.relative_to(ROOT).parts
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = match.group(1).split("/")
            where = f"src/{path.relative_to(ROOT)}:{number}"
            if target[0] not in level:
                found.append(f"{where}: {match.group(1)} is in no layer; write the path from src/")
            elif target[0] != own[0] and level[target[0]] >= level.get(own[0], 0):
                found.append(f"{where}: {own[0]} may not include {target[0]}")
            elif target[0] == own[0] == "services" and target[1] != own[1]:
                found.append(f"{where}: the role {own[1]} may not include the role {target[1]}")
            elif own[0] == "services" and target[0] == "adapters" and not path.name.endswith("_test.cc"):
                found.append(f"{where}: services talk to ports, app and tests wire adapters")
    return found


def main() -> int:
    found = breaches()
    print("\n".join(found) if found else "layers: every include points down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
