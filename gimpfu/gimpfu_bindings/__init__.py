"""What the modules gimpfu, gimp, gimpenums, gimpcolor and gimpshelf are made of.

``tables``, ``python2``, ``semantics``, ``checking`` and ``installing`` need no GIMP; the others run
inside of a plug-in of GIMP 3.
"""
