#! /usr/bin/env python
# A new image with all open images in rows, copied and pasted.
from gimpfu import *


class Sheet:
    def __init__(self, columns, cell, gap):
        self.columns, self.cell, self.gap = columns, cell, gap
        self.sheet = None

    def place(self, number):
        row, column = divmod(number, self.columns)
        step = self.cell + self.gap
        return self.gap + column * step, self.gap + row * step

    def make(self, images):
        rows = (len(images) + self.columns - 1) / self.columns
        step = self.cell + self.gap
        self.sheet = gimp.Image(self.gap + self.columns * step, self.gap + rows * step, RGB)
        pdb.gimp_image_undo_disable(self.sheet)
        back = gimp.Layer(
            self.sheet, "Background", self.sheet.width, self.sheet.height, RGB_IMAGE
        )
        self.sheet.add_layer(back, -1)
        pdb.gimp_edit_fill(back, WHITE_FILL)
        for number, image in enumerate(images):
            self.paste(pdb.gimp_image_duplicate(image), back, *self.place(number))
        pdb.gimp_image_undo_enable(self.sheet)
        return self.sheet

    def paste(self, copy, back, x, y):
        flat = copy.flatten()
        scale = float(self.cell) / max(copy.width, copy.height)
        pdb.gimp_image_scale(copy, int(copy.width * scale), int(copy.height * scale))
        pdb.gimp_selection_all(copy)
        pdb.gimp_edit_copy(flat)
        floating = pdb.gimp_edit_paste(back, FALSE)
        floating.set_offsets(x, y)
        pdb.gimp_floating_sel_anchor(floating)
        gimp.delete(copy)


def contact_sheet(columns, cell, gap):
    images = gimp.image_list()
    images.sort(lambda a, b: cmp(a.ID, b.ID))
    sheet = Sheet(columns, cell, gap).make(images)
    sheet.clean_all()
    gimp.Display(sheet)
    return sheet, len(images)


register(
    "contact_sheet",
    "Contact sheet",
    "Contact sheet of the open images",
    "T. Ester",
    "T. Ester",
    "2009",
    "<Toolbox>/Xtns/Legacy/Contact sheet...",
    "",
    [
        (PF_INT, "columns", "Columns", 2),
        (PF_INT32, "cell", "Size of a picture", 24),
        (PF_INT8, "gap", "Gap", 4),
    ],
    [(PF_IMAGE, "sheet", "The sheet"), (PF_INT, "count", "Pictures on it")],
    contact_sheet,
)
main()
