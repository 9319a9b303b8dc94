// Judges PDF files with veraPDF's core, without a network.
//
//     java -cp …:tests/external/build Conformance FLAVOUR[,FLAVOUR…] FILE.pdf …
//
// FLAVOUR is an id of veraPDF's: 2a, 2b, ua1 … One line per file and flavour on stdout, and under each
// failure the clauses it breaks. Exit: 0 all conform, 1 some do not, 2 wrong use or a file that cannot be read.

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Locale;
import java.util.TreeMap;
import java.util.logging.LogManager;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

public final class Conformance {
    private static final int CLAUSES_SHOWN = 10;

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("usage: Conformance FLAVOUR[,FLAVOUR...] FILE.pdf ...");
            System.exit(2);
        }
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        int judged = 0;
        int failed = 0;
        int unread = 0;
        for (String id : args[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(id);
            if (flavour == PDFAFlavour.NO_FLAVOUR) {
                System.err.println("no such flavour: " + id);
                System.exit(2);
            }
            ValidationProfile profile = profile(flavour);
            for (int i = 1; i < args.length; i++) {
                try {
                    judged++;
                    if (!conforms(flavour, profile, args[i])) {
                        failed++;
                    }
                } catch (Exception unreadable) {
                    unread++;
                    System.out.println("UNREAD " + id + " " + args[i] + ": " + unreadable.getMessage());
                }
            }
        }
        System.out.println(judged + " judged, " + failed + " failed, " + unread + " unread");
        System.exit(unread > 0 ? 2 : failed > 0 ? 1 : 0);
    }

    /** The rules of a flavour, from the copy inside the jar; an empty rule set would pass everything. */
    private static ValidationProfile profile(PDFAFlavour flavour) throws Exception {
        String id = flavour.getId().toUpperCase(Locale.ROOT);
        String name = id.startsWith("UA") ? "PDFUA-" + id.substring(2) : "PDFA-" + id;
        try (InputStream rules = PDFAFlavour.class.getResourceAsStream(
                "/org/verapdf/pdfa/validation/" + name + ".xml")) {
            if (rules == null) {
                throw new IllegalStateException("the jar holds no rules for " + flavour.getId());
            }
            ValidationProfile profile = Profiles.profileFromXml(rules);
            if (profile.getRules().isEmpty()) {
                throw new IllegalStateException("no rules were read for " + flavour.getId());
            }
            return profile;
        }
    }

    private static boolean conforms(PDFAFlavour flavour, ValidationProfile profile, String path)
            throws Exception {
        VeraPDFFoundry foundry = Foundries.defaultInstance();
        try (InputStream file = new FileInputStream(path);
                PDFAParser parser = foundry.createParser(file, flavour)) {
            ValidationResult result = foundry.createValidator(profile, false).validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + flavour.getId() + " " + path);
            if (!result.isCompliant()) {
                TreeMap<String, Integer> clauses = new TreeMap<>();
                for (TestAssertion assertion : result.getTestAssertions()) {
                    if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                        String clause = assertion.getRuleId().getClause() + "-"
                                + assertion.getRuleId().getTestNumber() + " " + assertion.getMessage();
                        clauses.merge(clause, 1, Integer::sum);
                    }
                }
                clauses.entrySet().stream().limit(CLAUSES_SHOWN).forEach(
                        entry -> System.out.println("    " + entry.getValue() + " x " + entry.getKey()));
            }
            return result.isCompliant();
        }
    }

    private Conformance() {}
}
