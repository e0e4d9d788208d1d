"""How good the results are: figures beside baselines, and the pictures behind them.

``python -m evaluation --data FOLDER --about SUBJECT`` writes ``docs/results``, ``--folder DIR``
measures on a user's own pictures; ``python -m evaluation.demo`` shows the product at work on the
samples.
"""
