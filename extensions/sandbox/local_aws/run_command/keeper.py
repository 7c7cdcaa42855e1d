# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that starts scripts for the sandbox, and ends with it: then nothing that they have left survives.

It is the parent of all scripts and, where the kernel allows it, of whatever they leave behind. When its socket is
closed, by the sandbox or by the kernel after a SIGKILL, it kills them all, and then removes the sandbox's directory.

    python keeper.py SOCKET-FD DIRECTORY

Requests: four bytes of length, then JSON; with {"id", "start": {"command", "cwd", "env"}} come two open files, for
stdout and stderr; {"id", "kill": true} kills the process group of a script, which may have ended before what it has
left; {"end": true} says that the sandbox stops in good order and removes its directory itself. Answers, a line of
JSON each: at first {"has_home"}, whether ~ is a directory of the sandbox's where HOME is not set; then {"id", "pid"},
{"id", "error": [errno, text, file]}, {"id", "returncode"}.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import json
import os
import pathlib
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import typing as t

LENGTH_BYTES: t.Final = 4
_FILES: t.Final = 2
# prctl(2); Linux 3.4.
_PR_SET_CHILD_SUBREAPER: t.Final = 36
_KILL_SECONDS: t.Final = 10.0
# That of a service of systemd, whatever the user's own is.
_UMASK: t.Final = 0o022
# unshare(2) and mount(2).
_CLONE_NEWNS: t.Final = 0x0002_0000
_CLONE_NEWUSER: t.Final = 0x1000_0000
_MS_BIND: t.Final = 1 << 12
_MS_REC: t.Final = 1 << 14
_MS_SLAVE: t.Final = 1 << 19
_PASSWORD_FILE: t.Final = pathlib.Path("/etc/passwd")
Json = dict[str, t.Any]


class Keeper:
    """The scripts that run, by their process ids."""

    def __init__(self, channel: socket.socket, directory: pathlib.Path) -> None:
        self._channel = channel
        self._directory = directory
        self._adopts = _adopt_orphans()
        self._running: dict[int, t.Any] = {}
        self._groups: dict[int, int] = {}

    def serve(self) -> None:
        """Start, kill and report until the sandbox stops or is gone; ConnectionError for the latter."""
        woken, waker = socket.socketpair()
        for end in (woken, waker):
            end.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        with selectors.DefaultSelector() as selector:
            selector.register(woken, selectors.EVENT_READ)
            selector.register(self._channel, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _events in selector.select()}
                if woken in ready:
                    woken.recv(4096)
                    self._reap()
                if self._channel in ready and not self._obey():
                    return

    def _obey(self) -> bool:
        """Act on one request; False when it was the last."""
        length, files = _receive_length(self._channel)
        request = json.loads(_receive(self._channel, length))
        if "end" in request:
            return False
        if "start" in request:
            self._start(request["id"], request["start"], files)
        else:
            _kill_group(self._groups[request["id"]])
        for file in files:
            os.close(file)
        return True

    def _start(self, number: int, wanted: Json, files: list[int]) -> None:
        try:
            process = subprocess.Popen(
                wanted["command"],
                cwd=wanted["cwd"],
                env=wanted["env"],
                stdin=subprocess.DEVNULL,
                stdout=files[0],
                stderr=files[1],
                start_new_session=True,
                umask=_UMASK,
            )
        except OSError as error:
            self.tell({"id": number, "error": [error.errno, error.strerror, error.filename]})
            return
        except ValueError as error:
            # A NUL or half a surrogate pair, which no path and no variable may hold.
            self.tell({"id": number, "error": [0, str(error), wanted["cwd"]]})
            return
        # It is waited for below, with all others.
        process.returncode = 0
        self._running[process.pid] = number
        self._groups[number] = process.pid
        self.tell({"id": number, "pid": process.pid})

    def _reap(self) -> None:
        for pid, status in _ended():
            number = self._running.pop(pid, None)
            if number is not None:
                self.tell({"id": number, "returncode": os.waitstatus_to_exitcode(status)})

    def tell(self, answer: Json) -> None:
        """Send an answer."""
        # A sandbox that has gone reads nothing; the next look at the socket finds that out.
        with contextlib.suppress(OSError):
            self._channel.sendall(json.dumps(answer).encode() + b"\n")

    def end(self) -> None:
        """Kill every script, and what the scripts have left."""
        signal.set_wakeup_fd(-1)
        if self._adopts:
            self._kill_children()
            return
        kill_all(descendants([os.getpid()]))
        for group in self._groups.values():
            _kill_group(group)
        self._kill_children()
        kill_all(orphans_below(self._directory))

    def _kill_children(self) -> None:
        deadline = time.monotonic() + _KILL_SECONDS
        # A child that dies hands its own children on to this process, so one look is not enough.
        while time.monotonic() < deadline:
            kill_all(children_of(os.getpid()))
            if not _has_children():
                return
            time.sleep(0.005)


def _ended() -> t.Iterator[tuple[int, int]]:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, status


def _has_children() -> bool:
    """Whether there are children still, after those that have ended were waited for."""
    for _pid, _status in _ended():
        pass
    # waitid() could tell without waiting for one, but Python has it on macOS since 3.13 only.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
        return True
    return False


def children_of(parent: int) -> list[int]:
    """Direct children of a process."""
    return [process for process, its_parent in parents().items() if its_parent == parent]


def descendants(ancestors: t.Iterable[int]) -> list[int]:
    """The children of processes, their children and so on, as far as their parents live."""
    children: dict[int, list[int]] = {}
    for process, parent in parents().items():
        children.setdefault(parent, []).append(process)
    found: list[int] = []
    left = list(ancestors)
    while left:
        left = [child for parent in left for child in children.get(parent, [])]
        found += left
    return found


def orphans_below(root: pathlib.Path) -> list[int]:
    """What has its working directory there and no parent any more, and its descendants: for systems without /proc.

    Nothing else tells whose it is: macOS shows nobody the environment of its own programs. A shell that has only looked
    in there has a parent.
    """
    adopted = {process for process, parent in parents().items() if parent == 1}
    orphans = [process for process in _working_below(root) if process in adopted]
    return [*orphans, *descendants(orphans)]


def _working_below(root: pathlib.Path) -> list[int]:
    """The user's processes whose working directory is below a directory, as lsof knows them."""
    command = ["lsof", "-w", "-n", "-P", "-a", "-u", str(os.getuid()), "-d", "cwd", "-F", "pn"]
    below = f"n{root.resolve()}/"
    found, process = [], 0
    # Of each process a line p and its id, then a line n and its directory.
    for line in _output_of(command):
        if line.startswith("p"):
            process = int(line[1:])
        elif line.startswith(below):
            found.append(process)
    return found


def _output_of(command: list[str]) -> list[str]:
    """The lines that a program prints; none if there is no such program."""
    with contextlib.suppress(FileNotFoundError):
        done = subprocess.run(command, capture_output=True, check=False, text=True, errors="surrogateescape")
        return done.stdout.splitlines()
    return []


def parents() -> dict[int, int]:
    """The parents of all processes by their ids: as /proc has them, or as ps where there is no /proc."""
    return dict(_of_proc()) or dict(_of_ps())


def _of_proc() -> t.Iterator[tuple[int, int]]:
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at. Its name, in parentheses, may hold anything.
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            yield int(entry.name), int(fields[1])


def _of_ps() -> t.Iterator[tuple[int, int]]:
    for line in _output_of(["ps", "-A", "-o", "pid=,ppid="]):
        process, parent = map(int, line.split())
        yield process, parent


def kill_all(processes: t.Iterable[int]) -> None:
    """Kill processes, some of which may have ended meanwhile."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _kill_group(group: int) -> None:
    # The group may have ended by itself meanwhile.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _receive_length(channel: socket.socket) -> tuple[int, list[int]]:
    """The length of a request, and the files that come with it."""
    numbers = array.array("i")
    head, ancillary, _flags, _address = channel.recvmsg(LENGTH_BYTES, socket.CMSG_SPACE(_FILES * numbers.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    if not head:
        _fail()
    return int.from_bytes(head + _receive(channel, LENGTH_BYTES - len(head)), "big"), list(numbers)


def _receive(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += channel.recv(length - len(data)) or _fail()
    return bytes(data)


def _fail() -> t.NoReturn:
    raise ConnectionError("the sandbox has gone")


def _adopt_orphans() -> bool:
    """Become the parent of what scripts leave behind; False elsewhere than on Linux."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    return prctl is not None and prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def give_home(directory: pathlib.Path) -> bool:
    """Let ~ lead into a directory for this process and its children; False where no mount can be made for them alone.

    Without HOME a shell asks the password file, which would name the home of whoever runs the sandbox.
    """
    library = ctypes.CDLL(None)
    if not (hasattr(library, "unshare") and hasattr(library, "mount")):
        return False
    home, passwords = directory / "home", directory / "passwd"
    try:
        users = _PASSWORD_FILE.read_bytes().decode(errors="surrogateescape")
    except OSError:
        return False
    home.mkdir(mode=0o700)
    passwords.write_bytes(_with_home(users, str(home)).encode(errors="surrogateescape"))
    # A namespace that is made and then does not let a mount be made could not be left again.
    return _is_allowed_to_mount(passwords) and _mount_alone(passwords)


def _is_allowed_to_mount(passwords: pathlib.Path) -> bool:
    probe = os.fork()
    if not probe:
        allowed = False
        try:
            allowed = _mount_alone(passwords)
        finally:
            os._exit(0 if allowed else 1)
    _pid, status = os.waitpid(probe, 0)
    return status == 0


def _with_home(passwords: str, home: str) -> str:
    """The password file with another home for this user, who is added when he is not in it."""
    me = str(os.getuid())
    users = [line.split(":") for line in passwords.splitlines()]
    if not any(user[2:3] == [me] for user in users):
        users.append(["user", "x", me, str(os.getgid()), "", home, "/bin/sh"])
    return "".join(":".join([*user[:5], home, *user[6:]] if user[2:3] == [me] else user) + "\n" for user in users)


def _mount_alone(passwords: pathlib.Path) -> bool:
    """Mount a file as the password file in a namespace of this process's own; whether that was allowed."""
    library = ctypes.CDLL(None)
    user, group = os.getuid(), os.getgid()
    if library.unshare(_CLONE_NEWNS | (_CLONE_NEWUSER if user else 0)) != 0:
        return False
    if user:
        try:
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{user} {user} 1"),
                ("gid_map", f"{group} {group} 1"),
            ):
                pathlib.Path("/proc/self", name).write_text(text, encoding="ascii")
        except OSError:
            return False
    if library.mount(b"none", b"/", None, _MS_REC | _MS_SLAVE, None) != 0:
        return False
    return bool(library.mount(os.fsencode(passwords), os.fsencode(_PASSWORD_FILE), None, _MS_BIND, None) == 0)


def main(descriptor: str, directory: str) -> None:
    """Serve the sandbox, then leave nothing of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Scripts would inherit that a signal is ignored, and not that there is a handler.
        signal.signal(number, lambda _number, _frame: None)
    keeper = Keeper(socket.socket(fileno=int(descriptor)), pathlib.Path(directory))
    keeper.tell({"has_home": give_home(pathlib.Path(directory))})
    is_gone = False
    try:
        keeper.serve()
    except ConnectionError:
        is_gone = True
    finally:
        keeper.end()
    if is_gone:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
