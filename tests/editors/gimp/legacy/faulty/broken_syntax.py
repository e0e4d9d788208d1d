#!/usr/bin/env python
from gimpfu import *

def broken(image drawable):
    pass

register("broken", "", "", "", "", "", "<Image>/Filters/Legacy/Broken", "*", [], [], broken)
main()
