"""What must hold under violence and load: soak.py kills|sign-ins|second-server|escalations --programs FOLDER [--rounds N]."""
import argparse

import escalations
import kills
import second_server
import sign_ins


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kills", "sign-ins", "second-server", "escalations"])
    parser.add_argument("--programs", required=True, help="the folder of itsm-server")
    parser.add_argument("--rounds", type=int, default=100, help="kills")
    arguments = parser.parse_args()
    match arguments.what:
        case "kills": kills.run(arguments.programs, arguments.rounds)
        case "sign-ins": sign_ins.run(arguments.programs)
        case "second-server": second_server.run(arguments.programs)
        case "escalations": escalations.run(arguments.programs)


main()
