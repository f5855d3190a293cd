import ITSMStore
