package dev.bide.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files in a home that only their owner may read. Created so, whatever the umask is. */
final class SecretFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int TOKEN_BYTES = 32;
  private static final int LONGEST_PASSWORD = 4_096;
  private static final String NO_PASSWORD =
      ": smtp-password-file in bide.toml names the file that holds the mail password alone";
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43,}");

  private SecretFiles() {}

  /** Replaces a file in one step: a reader sees the old one or the whole new one. */
  static void replace(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    create(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /**
   * The token, made when there is none yet.
   *
   * @throws ServerTrouble when others could read it, or when it is none
   */
  static String token(Path file) throws ServerTrouble {
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        replace(file, (token + "\n").getBytes(StandardCharsets.US_ASCII));
        return token;
      }
      refuseWide(file);
      String token = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
      if (!TOKEN.matcher(token).matches()) {
        throw new ServerTrouble(
            (token.isEmpty() ? "the token in " + file + " is empty" : file + " holds no token")
                + ": delete the file, the next start makes a new one");
      }
      return token;
    } catch (IOException e) {
      throw new ServerTrouble("the token cannot be read or made: " + e.getMessage(), e);
    }
  }

  /** Refuses a file that group or others may use, like ssh does. */
  static void refuseWide(Path file) throws IOException, ServerTrouble {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ServerTrouble(file + " is no regular file: move it away");
    }
    Set<PosixFilePermission> found = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    for (PosixFilePermission permission : found) {
      if (!permission.name().startsWith("OWNER_")) {
        throw new ServerTrouble(
            "others may use "
                + file
                + " ("
                + PosixFilePermissions.toString(found)
                + "): chmod 600 '"
                + file
                + "'");
      }
    }
  }

  /**
   * A password that a person has put into a file, on its only line.
   *
   * @throws ServerTrouble when others could read it, or when it is none
   */
  static String password(Path file) throws ServerTrouble {
    try {
      Path real = file.toRealPath(); // people keep their settings elsewhere, and link to them
      refuseWide(real);
      if (Files.size(real) > LONGEST_PASSWORD) {
        throw new ServerTrouble(file + " is too long for a password");
      }
      String password = Files.readString(real).strip();
      if (password.isEmpty() || password.chars().anyMatch(Character::isISOControl)) {
        throw new ServerTrouble(
            file + (password.isEmpty() ? " is empty" : " has more than one line") + NO_PASSWORD);
      }
      return password;
    } catch (CharacterCodingException e) {
      throw new ServerTrouble(file + " is no text in UTF-8" + NO_PASSWORD, e);
    } catch (NoSuchFileException e) {
      throw new ServerTrouble("there is no file " + file + NO_PASSWORD, e);
    } catch (AccessDeniedException e) {
      throw new ServerTrouble(file + " may not be read" + NO_PASSWORD, e);
    } catch (IOException e) {
      throw new ServerTrouble(file + " cannot be read" + NO_PASSWORD + " (" + e + ")", e);
    }
  }

  /** True for a directory that this process may write into and nobody else may enter. */
  static boolean isPrivate(@Nullable Path directory) {
    try {
      return directory != null
          && Files.isDirectory(directory)
          && Files.isWritable(directory)
          && Files.getPosixFilePermissions(directory).stream()
              .allMatch(permission -> permission.name().startsWith("OWNER_"));
    } catch (IOException e) {
      return false;
    }
  }
}
