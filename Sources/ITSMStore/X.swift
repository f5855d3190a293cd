import ITSMCore; import CLibPQ; import CSodium; import Logging
func x() { _ = PQlibVersion() }
