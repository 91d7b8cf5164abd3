"""usage: icecream.py FOLDER COMMAND...: runs COMMAND while an icecream network of two daemons on loopback is up.

FOLDER/launch, put before a command, hands it to one of the daemons and then to the other. It prints how many jobs each
daemon took.
"""
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import sys
import time

folder, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
# The daemons give up root for a user that may not look into every folder.
private = pathlib.Path(f"/tmp/gvlsan-icecream-{os.getpid()}")
user = pwd.getpwnam("icecc")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(log, text):
    for _ in range(300):
        if log.exists() and text in log.read_text(errors="replace"):
            return
        time.sleep(0.1)
    sys.exit(f"icecream.py: error: '{text}' does not come:\n{log.read_text(errors='replace') if log.exists() else ''}")


running = []
try:
    port = free_port()
    network = f"gvlsan-{os.getpid()}"
    scheduler = ["icecc-scheduler", "-n", network, "-p", str(port), "-vv"]
    with open(folder / "scheduler.log", "w") as log:
        running.append(subprocess.Popen(scheduler, stdout=log, stderr=log))
    private.mkdir(mode=0o755)
    for n in ("0", "1"):
        own = private / n
        own.mkdir()
        os.chown(own, user.pw_uid, user.pw_gid)
        daemon = ["iceccd", "-n", network, "-s", f"127.0.0.1:{port}", "-p", str(free_port()), "-N", "node" + n]
        with open(folder / f"daemon-{n}.log", "w") as log:
            running.append(
                subprocess.Popen(
                    [*daemon, "-m", "2", "-b", own / "env", "-vvv"],
                    env={**os.environ, "ICECC_TEST_SOCKET": str(own / "socket")},
                    stdout=log,
                    stderr=log,
                )
            )
    for n in ("0", "1"):
        wait_for(folder / f"daemon-{n}.log", "Connected to scheduler")
    launch = folder / "launch"
    launch.write_text(
        "#!/bin/bash\n"
        # By the command's text: repeatable, and no state to share.
        f'export ICECC_TEST_SOCKET={private}/$(( $(cksum <<<"$*" | cut -d" " -f1) % 2 ))/socket\n'
        'exec icerun "$@"\n'
    )
    launch.chmod(0o755)
    status = subprocess.run(command).returncode
    for n in ("0", "1"):
        jobs = re.findall(r"pushed local job", (folder / f"daemon-{n}.log").read_text(errors="replace"))
        print(f"daemon {n}: {len(jobs)} jobs", flush=True)
finally:
    for process in running:
        process.terminate()
    for process in running:
        process.wait()
    shutil.rmtree(private, ignore_errors=True)
sys.exit(status)
