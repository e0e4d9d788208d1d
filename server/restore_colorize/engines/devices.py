"""Which device computes, in which number type, and what a receipt says about it."""

from __future__ import annotations

import platform
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
import torch.nn.functional as F

import restore_colorize
from restore_colorize.errors import RangeError

__all__ = ["Device", "Environment", "choose_device"]


_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True)
class Environment:
    """All that can change a result's bytes beside the request; fields as in the contract."""

    device: str
    dtype: str
    threads: int
    instruction_set: str
    torch_version: str
    package_version: str


@dataclass(frozen=True)
class Device:
    """A device with the number type that networks run in there."""

    torch_device: torch.device
    dtype: torch.dtype
    threads: int

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context in which networks run; float32 needs none but gets the same form."""
        return torch.autocast(
            self.torch_device.type, dtype=self.dtype, enabled=self.dtype != torch.float32
        )

    def with_dtype(self, name: str) -> Device:
        """Return this device with the number type of that name, or itself if there is none."""
        return Device(self.torch_device, _DTYPES.get(name, self.dtype), self.threads)

    def environment(self) -> Environment:
        """Say what results depend on here."""
        name = str(self.torch_device)
        if self.torch_device.type == "cuda":
            name += " " + torch.cuda.get_device_name(self.torch_device)
        return Environment(
            device=name,
            dtype=str(self.dtype).removeprefix("torch."),
            threads=self.threads,
            instruction_set=_instruction_set(),
            torch_version=torch.__version__,
            package_version=restore_colorize.__version__,
        )


def choose_device(name: str = "auto", threads: int = 0) -> Device:
    """Take the wanted device and the number type that is faster and true there.

    Args:
        name: "auto" (CUDA where there is one), "cpu", "cuda" or "cuda:N".
        threads: of the CPU; 0 leaves torch's own choice, the physical cores.

    Raises:
        RangeError: the device does not exist here.
    """
    if threads:
        torch.set_num_threads(threads)
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        wanted = torch.device(name)
    except RuntimeError:
        wanted = torch.device("meta")
    if wanted.type == "cuda":
        if not torch.cuda.is_available() or (wanted.index or 0) >= torch.cuda.device_count():
            raise RangeError(
                f"The device {name} was asked for, but PyTorch finds no such NVIDIA GPU here: "
                "use cpu, or install a CUDA build of PyTorch and its driver."
            )
        wanted = torch.device("cuda", wanted.index or 0)
        good = torch.cuda.get_device_capability(wanted) >= (8, 0)
        return Device(wanted, torch.bfloat16 if good else torch.float16, torch.get_num_threads())
    if wanted.type != "cpu":
        raise RangeError(f"The device {name} is unknown: use auto, cpu, cuda or cuda:N.")
    dtype = torch.bfloat16 if _has_bfloat16() else torch.float32
    return Device(wanted, dtype, torch.get_num_threads())


def _instruction_set() -> str:
    """Name what torch chose its CPU kernels for."""
    capability = torch.backends.cpu.get_cpu_capability().lower()
    if _has("_is_amx_tile_supported"):
        capability += "+amx"
    return f"{platform.machine()} {capability}"


def _has(name: str) -> bool:
    """Ask torch for a CPU feature; older releases do not know all questions."""
    question = getattr(torch.cpu, name, None)
    return bool(question and question())


def _has_bfloat16() -> bool:
    """Whether this CPU computes in bfloat16, and agrees with float32.

    With AMX convolutions run 3 to 5 times as fast, and the instructions of AVX-512 alone still
    pay; without either it is emulated and slower. Nothing is timed: a busy machine would give
    other pixels than an idle one.
    """
    if not (_has("_is_amx_tile_supported") or _has("_is_avx512_bf16_supported")):
        return False
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 64, 64, 64, generator=generator)
    w = torch.randn(64, 64, 3, 3, generator=generator) / 24
    with torch.inference_mode():
        exact = F.conv2d(x, w, padding=1)
        rounded = F.conv2d(x.bfloat16(), w.bfloat16(), padding=1).float()
    return bool((exact - rounded).abs().max() < 0.05)
