/// Passwords that many people have, and that whoever guesses tries first.
///
/// `common-passwords.txt` is made from the list of Django (BSD licence, after Royce Williams' from breaches) and that of zxcvbn (MIT licence): of both what
/// has ten characters or more, and of the first 6,000 the words, as people add a year or a sign to them. Lower case, sorted, one a line.
enum CommonPasswords {
    static func contains(_ word: some StringProtocol) -> Bool { all.contains(String(word)) }

    /// Whether `word` is a common one twice over.
    static func containsHalf(of word: some StringProtocol) -> Bool {
        let half = word.prefix(word.count / 2)
        return half.count >= 4 && half == word.suffix(half.count) && word.count == 2 * half.count && contains(half)
    }

    static let all = Set(String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n").map(String.init))
}
