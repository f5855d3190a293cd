def write(bench):
    print([ (r.name, [x.rate for x in r.served], [x.rate for x in r.ceilings], r.profile, r.note) for r in bench.rows], bench.loaded)
