package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** What of a page is not text: its elements and their attributes. */
final class Skeleton {
  private static final List<String> ADDRESSES =
      List.of("href", "xlink:href", "src", "action", "formaction", "data-href", "poster", "data");

  private Skeleton() {}

  /**
   * The elements with the names of their attributes, as they stand in each other. How many lines a
   * log has, and which words of a problem somebody could type, is left out.
   */
  static String of(Element element) {
    String attributes =
        element.attributes().asList().stream()
            .map(Attribute::getKey)
            .sorted()
            .collect(Collectors.joining(" ", "[", "]"));
    String children =
        element.id().equals("log")
            ? ""
            : element.children().stream()
                .filter(child -> !child.normalName().equals("code") || !isProblem(element))
                .map(Skeleton::of)
                .collect(Collectors.joining());
    return element.normalName() + attributes + "{" + children + "}\n";
  }

  private static boolean isProblem(Element element) {
    return element.normalName().equals("p") && element.closest("#problem") != null;
  }

  /** Nothing below runs, loads, or leads to another host; what {@link #of} leaves out is text. */
  static void assertHarmless(Element page, String what) {
    for (Element element : page.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        String name = attribute.getKey().toLowerCase(Locale.ROOT);
        assertThat(name).as(what).doesNotStartWith("on").isNotIn("style", "srcdoc", "srcset");
        if (ADDRESSES.contains(name)) {
          assertThat(attribute.getValue()).as("%s: %s", what, name).matches("#.*|/(?![/\\\\]).*|/");
        }
      }
    }
    for (Element line : page.select("#log > *")) {
      assertThat(line.normalName()).as(what).isEqualTo("div");
      assertOnlyText(line, what);
    }
    page.select("#problem p > code").forEach(code -> assertOnlyText(code, what));
  }

  private static void assertOnlyText(Element element, String what) {
    List<Node> nodes = element.childNodes();
    assertThat(nodes).as(what).allMatch(TextNode.class::isInstance);
  }
}
