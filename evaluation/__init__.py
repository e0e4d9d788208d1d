"""How good the colors are: figures beside baselines, and the pictures behind them.

``python -m evaluation --data FOLDER`` writes ``docs/results``; ``python -m evaluation.demo`` shows
the product at work on the samples.
"""
