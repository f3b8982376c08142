"""Faults at random under load, against the servers of `./run cluster`: `./run test nemesis [--seconds N] [--seed N]`.

`running_cluster` starts them, `clients` use them, `faults` harm them, `recovery` measures how long until all is well again,
and `verdict` compares at the end what was acknowledged with what is there.
"""
