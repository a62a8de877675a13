/* SPDX-License-Identifier: Apache-2.0 */
/* A petition's body (CommonMark) as markup of a few harmless elements.
 *
 * cmark only parses; what is written is ours.  No image: its description stands instead.  No link: its text, and its address behind it, as text.  No
 * HTML: it is shown as the text that it is, because people sign what they can see.  Headings begin at h3, for the page has its own.  What is nested
 * deeper than 12 is shown without further nesting. */
#ifndef RR_SERVER_MARKDOWN_H
#define RR_SERVER_MARKDOWN_H

#include "server/html.h"

void rr_html_markdown(rr_html *html, rr_text body);

#endif
