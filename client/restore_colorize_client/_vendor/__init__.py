"""Copies of others' packages, written by tools/vendor.py: never edit them here.

    grpclib 0.4.9
    h2 4.4.1
    hpack 4.2.0
    hyperframe 6.1.0
    protobuf 7.36.2

Their licenses are in the folder licenses; restore_colorize_pb2 is the contract's stub.
"""
