"""The answer engine with a model: multilingual-e5-small in numpy, and what decides over its vectors."""

from __future__ import annotations

import os

# One question is too small to share between cores: threads would only wait for each other, and two
# questions at once already use two cores. Read by numpy when it is first imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
