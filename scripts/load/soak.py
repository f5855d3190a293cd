"""What must hold under violence and load: soak.py WHAT --programs FOLDER [--rounds N] [--seconds N [--judge]] [--stall SECONDS] [--only FAULT]."""
import argparse

import escalations
import failover
import faults
import kills
import second_server
import sign_ins


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kills", "sign-ins", "second-server", "escalations", "failover", "faults", "crowd"])
    parser.add_argument("--programs", required=True, help="the folder of itsm-server")
    parser.add_argument("--rounds", type=int, default=100, help="kills, failover")
    parser.add_argument("--stall", type=float, default=30, help="faults: seconds that something stands still")
    parser.add_argument("--only", choices=faults.FAULTS, help="faults: this one alone")
    parser.add_argument("--seconds", type=int, default=60, help="of the crowd")
    parser.add_argument("--judge", action="store_true", help="the crowd's waiting time and the server's memory are judged")
    arguments = parser.parse_args()
    match arguments.what:
        case "kills": kills.run(arguments.programs, arguments.rounds)
        case "sign-ins": sign_ins.run(arguments.programs)
        case "second-server": second_server.run(arguments.programs)
        case "escalations": escalations.run(arguments.programs)
        case "failover": failover.run(arguments.programs, arguments.rounds)
        case "faults": faults.run(arguments.programs, arguments.stall, arguments.only)
        case "crowd":
            # It alone needs more than Python's own library.
            import crowd
            crowd.run(arguments.programs, arguments.seconds, arguments.judge)


main()
