package dev.bide.server.page;

/** The pages below Settings. */
public enum SettingsTab {
  SERVER("Server", "/settings/server"),
  RETENTION("Kept and removed", "/settings/retention"),
  NOTICES("Notices", "/settings/notifications");

  private final String title;
  private final String href;

  SettingsTab(String title, String href) {
    this.title = title;
    this.href = href;
  }

  /** What it is called. */
  public String title() {
    return title;
  }

  /** Where it is. */
  public String href() {
    return href;
  }
}
