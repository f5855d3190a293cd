import ArgumentParser
import Yams
@main struct Itsmctl: ParsableCommand { func run() {} }
