"""What must hold under violence and load: soak.py kills|sign-ins|second-server|escalations|crowd --programs FOLDER [--rounds N | --seconds N [--judge]]."""
import argparse

import escalations
import kills
import second_server
import sign_ins


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kills", "sign-ins", "second-server", "escalations", "crowd"])
    parser.add_argument("--programs", required=True, help="the folder of itsm-server")
    parser.add_argument("--rounds", type=int, default=100, help="kills")
    parser.add_argument("--seconds", type=int, default=60, help="of the crowd")
    parser.add_argument("--judge", action="store_true", help="the crowd's waiting time and the server's memory are judged")
    arguments = parser.parse_args()
    match arguments.what:
        case "kills": kills.run(arguments.programs, arguments.rounds)
        case "sign-ins": sign_ins.run(arguments.programs)
        case "second-server": second_server.run(arguments.programs)
        case "escalations": escalations.run(arguments.programs)
        case "crowd":
            # It alone needs more than Python's own library.
            import crowd
            crowd.run(arguments.programs, arguments.seconds, arguments.judge)


main()
