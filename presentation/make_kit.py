"""Make the kit for a room without internet: python presentation/make_kit.py FOLDER

FOLDER, on a stick perhaps, gets the workshop, the data, the libraries for this kind of computer,
and in the folder "site" the web site with the slides, to be opened by a double click. In it, the
usual commands work without internet. Run this on each kind of computer that will be in the room,
with the same FOLDER: the libraries add up. It needs: pip install -e ".[site]"
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import mnist

ROOT = Path(__file__).resolve().parent.parent
# What belongs to the presenter's own computer, or can be made anew.
LEFT_OUT = (".git", ".venv", "venv", "my_project", "mnist_data", "drawn", "build", "wheels")
LEFT_OUT += ("__pycache__", "*.egg-info", ".*_cache", "my_network.npz", "site")
# With these lines pip asks no server, and takes what lies in the kit.
OFFLINE = "--no-index\n--find-links wheels\n"

parser = argparse.ArgumentParser(description="Make the kit for a room without internet.")
parser.add_argument("folder", type=Path, help="an empty folder, or a kit from another computer")
kit = parser.parse_args().folder.resolve()

if kit == ROOT or ROOT in kit.parents:
    sys.exit("The kit needs a folder outside the workshop's own, on a stick perhaps.")
if kit.exists() and any(kit.iterdir()) and not (kit / "wheels").is_dir():
    sys.exit(f"{kit} holds something else. Name an empty folder, or one that does not exist yet.")

try:
    mnist.download()
except OSError as error:
    sys.exit(str(error))
if subprocess.run([sys.executable, ROOT / "presentation" / "build.py"]).returncode != 0:
    sys.exit("The site could not be built, and without it there is no kit.")

# A kit that was made before is renewed, but keeps the libraries of the other computers.
shutil.copytree(ROOT, kit, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
shutil.copytree(ROOT / "build" / "site", kit / "site", dirs_exist_ok=True)
data = kit / "mnist_data"
data.mkdir(exist_ok=True)
for name in mnist.PACKED:
    shutil.copy(mnist.find(name, mnist.data_folder())["path"], data)

requirements = ROOT / "requirements.txt"
text = requirements.read_text(encoding="utf-8")
(kit / "requirements.txt").write_text(OFFLINE + text, encoding="utf-8")
# The workshop itself is installed from its folder, and pip needs setuptools for that.
project = [line.removeprefix("-e ") for line in text.splitlines() if line.startswith("-e ")]
command = [sys.executable, "-m", "pip", "wheel", "--wheel-dir", kit / "wheels"]
command += ["setuptools>=77", *project]
if subprocess.run(command, cwd=ROOT).returncode != 0:
    sys.exit("The libraries could not be collected. This needs internet. Run it again there.")

print(f"The kit is in {kit}. Try it with the network switched off.")
