"""Speed and memory as ratios: every figure stands beside its yardstick, measured in one run."""
