"""A server that starts when its user logs in: a systemd unit, a launchd agent, a Windows task."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from restore_colorize.errors import NotAvailableError, RestoreError

__all__ = ["LoginItem", "login_item"]

NAME = "restore-colorize"
LABEL = "org.restore-colorize.server"  # launchd wants the form of a domain
TITLE = "Restore & Colorize server"

Command = tuple[str, ...]


@dataclass(frozen=True)
class LoginItem:
    """All that it takes: a file, the commands that make it count, and those that take it back.

    kind: what the system calls it. before_removal may fail where nothing is set up any more.
    log: how to see what the server said.
    """

    kind: str
    file: Path
    content: bytes
    after_writing: tuple[Command, ...]
    before_removal: tuple[Command, ...]
    log: str
    after_removal: tuple[Command, ...] = ()

    def set_up(self) -> None:
        """Start the server at every login from now on, and now; what was set up before goes.

        Raises:
            OSError: the file cannot be written.
            RestoreError: the system refused; nothing is left behind.
        """
        self.take_away()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(self.content)
        for command in self.after_writing:
            complaint = _run(command)
            if complaint:
                self.take_away()
                raise RestoreError(
                    f"“{' '.join(command)}” failed ({complaint}), so nothing was set up: start "
                    "the server with “restore-colorize serve” when you need it."
                )

    def take_away(self) -> bool:
        """Undo it and stop that server; tell whether anything was there.

        Raises:
            OSError: the file cannot be removed.
        """
        if not self.file.exists():
            return False
        for command in self.before_removal:
            _run(command)
        self.file.unlink()
        for command in self.after_removal:
            _run(command)
        return True

    def describe(self, *, removing: bool) -> Iterator[str]:
        """Yield what would be done, in lines that can be followed by hand."""
        if removing:
            yield from (f"would run: {' '.join(command)}" for command in self.before_removal)
            yield f"would remove {self.file}"
            yield from (f"would run: {' '.join(command)}" for command in self.after_removal)
            return
        yield f"would write {self.file}:"
        encoding = "utf-16" if self.content.startswith(b"\xff\xfe") else "utf-8"
        yield from (f"    {line}" for line in self.content.decode(encoding).splitlines())
        yield from (f"would run: {' '.join(command)}" for command in self.after_writing)


def login_item(
    arguments: Sequence[str],
    *,
    python: str,
    home: Path,
    environment: Mapping[str, str],
    system: str,
    state_dir: Path,
    user_id: int = 0,
) -> LoginItem:
    """Return what starts ``python -m restore_colorize serve ARGUMENTS`` at this user's login.

    Args:
        home: the user's home folder.
        environment: environment variables, such as ``os.environ``.
        system: ``sys.platform``: "linux", "darwin" or "win32".
        state_dir: where logs go on systems without a journal.
        user_id: on macOS.

    Raises:
        NotAvailableError: this system has nothing that could do it.
    """
    command = (python, "-m", "restore_colorize", "serve", *arguments)
    if system == "darwin":
        return _launchd(command, home, state_dir / "server.log", user_id)
    if system == "win32":
        return _windows(command, environment, state_dir)
    if system == "linux" and _has_systemd(environment):
        return _systemd(command, home, environment)
    raise NotAvailableError(
        "This system has no systemd that starts programs for a user: add "
        f"“{' '.join(command)}” to the programs that your desktop starts at login."
    )


def _has_systemd(environment: Mapping[str, str]) -> bool:
    """Whether a systemd of this user runs, which a container or another init lacks."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    return bool(runtime and shutil.which("systemctl") and (Path(runtime) / "systemd").is_dir())


def _systemd(command: Command, home: Path, environment: Mapping[str, str]) -> LoginItem:
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    unit = f"{NAME}.service"
    lines = [
        "[Unit]",
        f"Description={TITLE}",
        "",
        "[Service]",
        f"ExecStart={_systemd_line(command)}",
        "# A server that was told to end stays away until the next login.",
        "Restart=on-failure",
        "RestartSec=10",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    control = ("systemctl", "--user")
    return LoginItem(
        "systemd user unit",
        config / "systemd" / "user" / unit,
        "\n".join(lines).encode(),
        ((*control, "daemon-reload"), (*control, "enable", "--now", unit)),
        ((*control, "disable", "--now", unit),),
        f"journalctl --user --unit {NAME}",
        ((*control, "daemon-reload"),),
    )


def _systemd_line(command: Command) -> str:
    """Quote a command line as systemd.service(5) reads it; a program's own name knows no ``$``."""
    program, *arguments = (word.replace("%", "%%") for word in command)
    return " ".join(map(_quoted, [program, *(word.replace("$", "$$") for word in arguments)]))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if any(mark in word for mark in " '\"\\;\t") else word


def _launchd(command: Command, home: Path, log: Path, user_id: int) -> LoginItem:
    file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    content = plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            # One that was told to end stays away until the next login.
            "KeepAlive": {"SuccessfulExit": False},
            "ProcessType": "Interactive",  # "Background" would slow down what an editor waits for
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
        }
    )
    domain = f"gui/{user_id}"
    return LoginItem(
        "launchd agent",
        file,
        content,
        (("launchctl", "bootstrap", domain, str(file)),),
        (("launchctl", "bootout", f"{domain}/{LABEL}"),),
        str(log),
    )


def _windows(command: Command, environment: Mapping[str, str], state_dir: Path) -> LoginItem:
    """Return a task of this user alone, which takes no administrator to register."""
    program, *arguments = command
    log = state_dir / "server.log"
    if program.lower().endswith("python.exe"):  # no console window, so the log needs a file
        program = program[: -len("python.exe")] + "pythonw.exe"
        if "--log-file" not in arguments:
            arguments += ["--log-file", str(log)]
    user = "\\".join(filter(None, (environment.get("USERDOMAIN"), environment.get("USERNAME"))))
    content = _TASK.format(
        title=escape(TITLE),
        user=escape(user),
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
    )
    file = state_dir / "at-login.xml"
    return LoginItem(
        "scheduled task",
        file,
        content.replace("\n", "\r\n").encode("utf-16"),
        (
            ("schtasks", "/Create", "/TN", TITLE, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", TITLE),
        ),
        (("schtasks", "/End", "/TN", TITLE), ("schtasks", "/Delete", "/TN", TITLE, "/F")),
        str(log),
    )


# The order of elements is that of the task schema. Without ExecutionTimeLimit Windows would end
# the server after three days, and without the battery's two it would not run on a laptop.
_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{title}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _run(command: Command) -> str:
    """Run a command of the system; return what it complained about, empty where it worked."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
        )
    except OSError as error:
        return str(error.strerror)
    if done.returncode == 0:
        return ""
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return said[-1] if said else f"status {done.returncode}"
