"""The GIMP 3 plug-in: Filters > Restore & Colorize.

GIMP starts ``restore_colorize_gimp.py`` once to ask what there is and once for every call. Only
``plugin`` and ``entries`` are imported to answer; all else, the client above all, when it runs.
Everything of Gimp, Gegl and Gtk happens on the main thread; the network on a worker's.
"""
