#!/usr/bin/env python
import gtk
from gimpfu import *

register("old_window", "", "", "", "", "", "<Image>/Filters/Legacy/Window", "*", [], [], None)
main()
