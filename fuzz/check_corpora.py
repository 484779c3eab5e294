"""check_corpora.py TARGET…: every fuzz target is built and has a corpus, every corpus has its target, and they stay small."""
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
MAX_BYTES = 300_000

built = set(sys.argv[1:])
sources = {path.stem for path in HERE.glob("*_fuzz.cc")}
corpora = {path.name for path in (HERE / "corpus").iterdir()}
faults = [f"{name}.cc is not in CMakeLists.txt" for name in sorted(sources - built)]
faults += [f"{name} has no corpus/{name}" for name in sorted(sources - corpora)]
faults += [f"corpus/{name} has no {name}.cc" for name in sorted(corpora - sources)]
faults += [f"corpus/{name} is empty" for name in sorted(corpora) if not any((HERE / "corpus" / name).iterdir())]
size = sum(path.stat().st_size for path in (HERE / "corpus").rglob("*") if path.is_file())
if size > MAX_BYTES:
    faults.append(f"the corpora hold {size} bytes, more than {MAX_BYTES}")
print("\n".join(faults) or f"{len(built)} targets, {size} bytes of seeds")
sys.exit(bool(faults))
