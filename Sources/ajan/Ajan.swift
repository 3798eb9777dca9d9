@main struct Ajan { static func main() {} }
