"""Run a whole job with nothing but the standard library and the client: probe.py ROOT PACKAGE …

``probe.py ROOT PACKAGE ADDRESS TOKEN [foreign]``: ROOT is put on the path, PACKAGE is the client's
name there. Prints, as JSON, what was imported beside the standard library. With ``foreign`` the
compiled protobuf and the contract's own stubs are in the process already; otherwise every outside
package of a vendored name is forbidden.
"""

from __future__ import annotations

import importlib
import json
import sys

FORBIDDEN = {"google", "grpc", "grpclib", "h2", "hpack", "hyperframe", "multidict", "numpy"}
FORBIDDEN |= {"typing_extensions", "restore_colorize", "restore_colorize_proto"}


class Forbid:
    """An import hook before all others."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in FORBIDDEN:
            raise AssertionError(f"{name} was imported from outside")


def main(root: str, package: str, address: str, token: str, foreign: str = "") -> None:
    if foreign:
        from google.protobuf.internal import api_implementation
        from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

        assert api_implementation.Type() == "upb"
        assert pb.Job(seed=1).seed == 1
    else:
        sys.meta_path.insert(0, Forbid())
    sys.path.insert(0, root)
    client_package = importlib.import_module(package)
    vendored = importlib.import_module(f"{package}._vendor.google.protobuf.internal")
    assert importlib.import_module(f"{vendored.__name__}.api_implementation").Type() == "python"

    names = client_package
    samples = bytes(range(256)) * 2 * 3 * 4
    target = names.Pixels(32, 16, 3, names.SampleType.FLOAT32, False, samples)
    request = names.JobRequest(target=target, task=names.Colorize(), seed=7)
    with names.connect(address, token, client_id="probe") as client:
        assert client.describe().protocol == 1
        with client.run(request) as job:
            kinds = [type(event).__name__ for event in job.events()]
            assert kinds == ["Candidate", "Image", "Done"], kinds
            result = job.result()
            assert result.image().data == samples
            assert result.receipt.as_dict()["seed"] == 7
            assert job.render(0, 0.5, 2.0).data == bytes([70, 70])
        try:
            names.connect(address, "wrong")
        except names.TokenError:
            pass
        else:
            raise AssertionError("a wrong token was accepted")
    loaded = {name.split(".")[0] for name, module in sys.modules.items() if module is not None}
    print(json.dumps(sorted(loaded - set(sys.stdlib_module_names))))


if __name__ == "__main__":
    main(*sys.argv[1:])
