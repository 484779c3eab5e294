#!/usr/bin/env python3
"""Copies compile_commands.json for clang-tidy, without what only GCC understands: its precompiled header."""
import json
import pathlib
import re
import sys

source, target = (pathlib.Path(p) for p in sys.argv[1:3])
commands = json.loads((source / "compile_commands.json").read_text())
for entry in commands:
    command = re.sub(r"-Winvalid-pch|-include \S+cmake_pch\.hxx", "", entry["command"])
    entry["command"] = re.sub(r"^.*?(\S*/(?:c\+\+|g\+\+|cc|gcc)) ", r"\1 ", command)
target.mkdir(parents=True, exist_ok=True)
(target / "compile_commands.json").write_text(json.dumps(commands))
