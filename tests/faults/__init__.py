"""What the program survives, by its guarantees; ``make faults`` runs all of them.

Here are the faults that need processes, limits or time. The others lie where their code does:

- a killed, cancelling, silent or late client frees its job: ``tests/service/test_job.py``
- a full queue serves exactly its bound, two clients hear only their own events: likewise
- finish twice, NaN, gaps, strangers' chunks: the table in ``tests/service/test_adapter.py``
- mutated messages meet a status of the table: ``tests/service/test_mutations.py``
- SIGTERM in the middle of a job: ``tests/service/test_server.py``
- weights replaced while serving: ``tests/service/test_real_engines.py``
- memory of the GPU runs out: ``tests/engines/test_colorize.py``
- certificates, tokens and one bound of memory for all: ``tests/service/test_shared.py``
"""
