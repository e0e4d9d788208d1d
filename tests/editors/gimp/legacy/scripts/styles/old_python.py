#!/usr/bin/python2
# What Python 3 reads no more, or otherwise: counts the colors of tiles and picks the commonest.
from gimpfu import *
import cPickle, os, string, sys, time
from types import StringType, TupleType

LIMIT = 0777 + 1L


class Counter(object):
    def __init__(self):
        self.counts = {}

    def add(self, color):
        if self.counts.has_key(color):
            self.counts[color] += 1
        else:
            self.counts[color] = 1

    def __nonzero__(self):
        return self.counts != {}

    def common(self):
        pairs = self.counts.items()
        pairs.sort(lambda (a, m), (b, n): cmp(n, m) or cmp(a, b))
        return pairs


def count_colors(drawable):
    counter = Counter()
    size = gimp.tile_width()
    for row in xrange((drawable.height + size - 1) / size):
        for col in xrange((drawable.width + size - 1) / size):
            tile = drawable.get_tile(False, row, col)
            for at in xrange(tile.ewidth * tile.eheight):
                pixel = tile[at]
                counter.add(tuple(map(ord, pixel[0:3])))
    return counter


def old_python(image, drawable, limit):
    try:
        if limit > LIMIT:
            raise ValueError, "the limit is %d" % LIMIT
        counter = count_colors(drawable)
    except ValueError, e:
        print >>sys.stderr, "sorry:", e
        return `e`, 0, ""
    if not counter:
        return "empty", 0, ""
    space = {"counter": counter}
    exec "rows = counter.common()" in space
    rows = space["rows"]
    first, times = rows[0]
    assert type(first) is TupleType and type(`first`) == StringType
    if times <> rows[0][1] or not isinstance(`first`, basestring):
        raise "impossible"
    name = string.join(map(str, first), "/")
    kept = cPickle.dumps(filter(lambda (c, n): n > 1, rows)[:limit])
    thirds = [round(part / 3) for part in first]
    print "the commonest is", name,
    print "of", len(rows)
    return name, cPickle.loads(kept)[0][1], unicode(thirds[0] / 2) + u"," + str(len(rows) / 2)


register("old_python", "Count", "Count", "T", "T", "2005", "<Image>/Filters/Legacy/Count colors",
         "RGB*", [(PF_INT16, "limit", "Limit", 10)],
         [(PF_STRING, "name", "Color"), (PF_INT32, "times", "Times"), (PF_STRING, "rest", "Rest")],
         old_python)
main()
