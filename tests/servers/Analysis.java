package disputed;

import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.AnalyzerFactory;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.analysis.TokenizerFactory;

/** Of the ordinary distribution's analysis what the small one lacks and the tests need, under the names it has there. */
public class Analysis {
    /** Lucene's analyser of English, the very class that the ordinary distribution offers. */
    @NamedComponent("english")
    public static class English implements AnalyzerFactory {
        @Override
        public String name() {
            return "english";
        }

        @Override
        public Analyzer create() {
            return new EnglishAnalyzer();
        }
    }

    /** The server's own index of API keys has an analyser of mail addresses, which is made of this and the next two. */
    @NamedComponent("uax_url_email")
    public static class Email implements TokenizerFactory {
        @Override
        public String name() {
            return "uax_url_email";
        }

        @Override
        public Tokenizer create() {
            return new UAX29URLEmailTokenizer();
        }
    }

    @NamedComponent("pattern_capture")
    public static class PatternCapture implements TokenFilterFactory {
        @Override
        public String name() {
            return "pattern_capture";
        }

        @Override
        public TokenStream create(TokenStream input) {
            return new PatternCaptureGroupTokenFilter(input, true, Pattern.compile("([^@]+)"));
        }
    }

    @NamedComponent("unique")
    public static class Unique implements TokenFilterFactory {
        @Override
        public String name() {
            return "unique";
        }

        @Override
        public TokenStream create(TokenStream input) {
            return new RemoveDuplicatesTokenFilter(input);
        }
    }
}
