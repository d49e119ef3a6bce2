/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/** A child of an element: another element, or text. */
public sealed interface XmlNode permits XmlElement, XmlText {}
