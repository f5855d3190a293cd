import Hummingbird
import JWTKit
import ArgumentParser
import Configuration
import Yams
@main struct Main { static func main() { print("hello") } }
