package dev.bide.server;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.javalin.security.RouteRole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Looks at every request before any route does: the Host header, where the request
 * comes from, and whether it brings the token or a session. A route that says nothing is closed.
 * Safe from any thread.
 */
public final class Access {
  /** The name of the connector whose peers the file system has let in already. */
  static final String UNIX_CONNECTOR = "unix";

  /** What a form or script sends back to show that it came from a page of this server. */
  public static final String FORM_FIELD = "csrf";

  /** The same as a header, for scripts. */
  public static final String FORM_HEADER = "Bide-Csrf";

  private static final long MOST_FROM_ANYBODY = 16 << 10;
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern SINGLE_LABEL = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[^\\[\\]:@/\\\\]+)(:[0-9]{1,5})?");

  /** The role of a route that needs no token. */
  public enum Open implements RouteRole {
    OPEN
  }

  private final Sessions sessions;
  private final String cookieName;
  private final Set<String> hostNames;

  Access(String token, String homeHash, List<String> hostNames, Clock clock) {
    this.sessions = new Sessions(token, clock);
    this.cookieName = "bide-" + homeHash;
    this.hostNames = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    hostNames.forEach(name -> this.hostNames.add(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Runs before everything else; throws when the request goes no further.
   *
   * @param open true when the route that will answer needs no token
   */
  void guard(Context context, boolean open) {
    checkHost(context.req().getHeaders("Host"), fromUnixSocket(context));
    boolean unsafe = !SAFE_METHODS.contains(context.method().name());
    boolean bearer = hasToken(context);
    String session = session(context);
    if (unsafe) {
      // a token needs no Origin, but no page of another site has business here, with it or without
      checkOrigin(context, bearer ? null : session, open || bearer);
    }
    if (bearer || session != null || fromUnixSocket(context)) {
      return;
    }
    if (open) {
      checkSmall(context, unsafe);
      return;
    }
    if (!unsafe && !context.path().startsWith("/api/") && accepts(context, "text/html")) {
      String query = context.queryString();
      String next = context.path() + (query == null ? "" : "?" + query);
      context.redirect(
          "/login?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8),
          io.javalin.http.HttpStatus.SEE_OTHER);
      context.skipRemainingHandlers();
      return;
    }
    throw new Problem(
            401,
            "no-token",
            "The request is not authenticated",
            "send Authorization: Bearer with the token in the home's file token, or use the socket")
        .with("WWW-Authenticate", "Bearer realm=\"bide\"");
  }

  /**
   * A name that an attacker's DNS can point here has a dot. Over the Unix socket, where programs
   * have to make a name up ({@code curl --unix-socket sock http://bide/}), one without is no
   * danger.
   */
  private void checkHost(java.util.Enumeration<String> hosts, boolean socket) {
    String host = hosts.hasMoreElements() ? hosts.nextElement() : "";
    Matcher matcher = HOST.matcher(host);
    if (hosts.hasMoreElements()
        || !matcher.matches()
        || !(hostNames.contains(matcher.group(1).toLowerCase(Locale.ROOT))
            || (socket && SINGLE_LABEL.matcher(matcher.group(1)).matches()))) {
      throw new Problem(
          403,
          "host-not-allowed",
          "The server is not known by this name",
          "the server answers to localhost, 127.0.0.1, [::1] and what host-names in bide.toml says");
    }
  }

  /** What anybody may send is held in memory: it has to be short. */
  private static void checkSmall(Context context, boolean unsafe) {
    boolean unknown = context.header("Transfer-Encoding") != null;
    if (unsafe && (unknown || context.req().getContentLengthLong() > MOST_FROM_ANYBODY)) {
      throw new Problem(
          413, "too-large", "The body is too large", "a log-in is no longer than 16 KB");
    }
  }

  /**
   * A page of another site can make a browser send things, with the cookie where it is not strict
   * or over a forwarded Unix socket; it cannot choose these headers. Our own pages ask browsers for
   * no referrer, which makes them say {@code null} as the origin of a plain form: then the form's
   * token has to show where it came from.
   */
  private void checkOrigin(Context context, @Nullable String session, boolean open) {
    String site = context.header("Sec-Fetch-Site");
    String origin = context.header("Origin");
    boolean formToken = session != null && hasFormToken(context, session);
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw crossSite("Sec-Fetch-Site is " + site);
    }
    if (origin == null) {
      if (session != null && !formToken && !fromUnixSocket(context)) {
        throw crossSite("there is no Origin");
      }
    } else if (origin.equals("null")) {
      if (!open && !formToken) {
        throw crossSite("the Origin is null");
      }
    } else if (!origin.equalsIgnoreCase(context.scheme() + "://" + context.header("Host"))) {
      throw crossSite("the Origin is another one");
    }
    if (session != null && !open && isForm(context) && !formToken) {
      throw crossSite("the form has no " + FORM_FIELD);
    }
  }

  private static Problem crossSite(String evidence) {
    return new Problem(
        403,
        "cross-site",
        "The request does not come from a page of this server",
        evidence + ": open the page anew and try again");
  }

  private static boolean isForm(Context context) {
    String type = context.contentType();
    return type != null
        && (type.startsWith("application/x-www-form-urlencoded")
            || type.startsWith("multipart/")
            || type.startsWith("text/plain"));
  }

  private boolean hasFormToken(Context context, String session) {
    String said = context.header(FORM_HEADER);
    String type = context.contentType();
    if (said == null && type != null && type.startsWith("application/x-www-form-urlencoded")) {
      said = context.formParam(FORM_FIELD);
    }
    return said != null && sessions.isFormToken(session, said);
  }

  private boolean hasToken(Context context) {
    String header = context.header("Authorization");
    return header != null
        && header.regionMatches(true, 0, "Bearer ", 0, 7)
        && sessions.isToken(header.substring(7).strip());
  }

  private @Nullable String session(Context context) {
    String cookie = context.cookie(cookieName);
    return cookie != null && sessions.isSession(cookie) ? cookie : null;
  }

  private static boolean fromUnixSocket(Context context) {
    return UNIX_CONNECTOR.equals(
        ServletContextRequest.getServletContextRequest(context.req())
            .getConnectionMetaData()
            .getConnector()
            .getName());
  }

  static boolean accepts(Context context, String type) {
    String accept = context.header("Accept");
    return accept != null && accept.contains(type);
  }

  /** True when the request brought a session or the token, or came by the socket. */
  public boolean knows(Context context) {
    return hasToken(context) || session(context) != null || fromUnixSocket(context);
  }

  /** True when the request belongs to a browser that is logged in. */
  public boolean loggedIn(Context context) {
    return session(context) != null;
  }

  /** What forms must carry in the field {@link #FORM_FIELD}; empty when nobody is logged in. */
  public String formToken(Context context) {
    String session = session(context);
    return session == null ? "" : sessions.formToken(session);
  }

  /**
   * Tries a one-time code or the token; when it is right the answer gets the cookie.
   *
   * @return whether it was right
   * @throws Problem 429 after too many failures
   */
  public boolean logIn(Context context, String codeOrToken) {
    Optional<String> session = sessions.logIn(codeOrToken.strip());
    session.ifPresent(
        value -> context.cookie(cookie(value, (int) Sessions.SESSION_LIFE.toSeconds())));
    return session.isPresent();
  }

  /** Makes the browser forget that it is logged in. */
  public void logOut(Context context) {
    context.cookie(cookie("", 0));
  }

  private Cookie cookie(String value, int seconds) {
    Cookie cookie = new Cookie(cookieName, value, "/", seconds);
    cookie.setHttpOnly(true);
    cookie.setSameSite(SameSite.STRICT);
    return cookie;
  }

  Sessions.Code newCode() {
    return sessions.newCode();
  }
}
