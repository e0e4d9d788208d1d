#!/bin/sh
# install_torch.sh PYTHON REQUIREMENT: install PyTorch without gigabytes that this machine cannot use.
#
# With an NVIDIA driver, or on systems whose plain package is small, the plain package is right.
# Elsewhere PyTorch's own index of CPU builds is asked first; if it does not answer, pip decides.
set -eu
python=$1
requirement=$2
if "$python" -c 'import torch' 2>/dev/null; then
  exit 0
fi
if [ "$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null 2>&1; then
  index=https://download.pytorch.org/whl/cpu
  if "$python" - "$index" <<'PY' 2>/dev/null
import sys, urllib.request
urllib.request.urlopen(sys.argv[1] + "/torch/", timeout=5).close()
PY
  then
    # Beside the default index: pip prefers the local version "+cpu" over the plain one.
    exec "$python" -m pip install --quiet "$requirement" --extra-index-url "$index"
  fi
fi
exec "$python" -m pip install --quiet "$requirement"
