"""How a contest is drawn so that anyone can check it: leaves, root, beacon, order, places, and the protocol that shows them.

Put here: pure functions over texts and bytes. Keep out: which entries there are (`models`), files (`storage`), the order of
commands (`night`), and every source of chance but the two that are handed in: an entry's salt and a beacon's value.
"""
