import HTTPTypes
import Hummingbird

extension RouteTable {
    /// Hands all routes to Hummingbird's router.
    func install(on router: Router<AppContext>, _ environment: RouteEnvironment) {
        for route in routes {
            let paths = route.paths
            let respond: @Sendable (Request, AppContext) async throws -> Response = { request, context in
                context.notes.change { $0.route = paths[0] }
                return try await route.respond(request, context, environment, route)
            }
            for path in paths {
                router.on(RouterPath(path), method: route.method, use: respond)
                // `Front` takes the body away.
                if route.method == .get { router.on(RouterPath(path), method: .head, use: respond) }
            }
        }
    }

    /// The methods that some address has; empty for one that does not exist.
    func methods(at path: String) -> [String] {
        let parts = path.split(separator: "/")
        var methods: Set<String> = []
        for route in routes where route.pathParts.contains(where: { Self.matches(parts, $0) }) {
            methods.insert(route.method.rawValue)
            if route.method == .get { methods.insert("HEAD") }
        }
        return methods.sorted()
    }

    /// Whether people in a browser are meant to send `method` to this address.
    func isPage(_ method: HTTPRequest.Method, _ path: String) -> Bool {
        let parts = path.split(separator: "?").first?.split(separator: "/") ?? []
        return routes.contains { $0.isPage && ($0.method == method || method == .head) && Self.matches(parts, $0.pathParts[0]) }
    }

    private static func matches(_ parts: [Substring], _ expected: [Substring]) -> Bool {
        parts.count == expected.count && zip(parts, expected).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }
}
