import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/** Lucene as a peer: {@code build bigram|cjk|smartcn FOLDER TEXTS}, {@code ask bigram|cjk|smartcn FOLDER QUESTIONS OUT}. */
public final class Lucene {
  static Analyzer analyzer(String name) {
    if (name.equals("cjk")) return new CJKAnalyzer(CharArraySet.EMPTY_SET);
    if (name.equals("smartcn")) return new SmartChineseAnalyzer(CharArraySet.EMPTY_SET);
    return new Analyzer() {
      @Override protected TokenStreamComponents createComponents(String field) {
        return new TokenStreamComponents(new NGramTokenizer(2, 2));
      }
    };
  }

  public static void main(String[] args) throws IOException {
    if (args[0].equals("build")) build(args[1], args[2], args[3]);
    else ask(args[1], args[2], args[3], args[4]);
  }

  static void build(String name, String folder, String texts) throws IOException {
    var config = new IndexWriterConfig(analyzer(name)).setRAMBufferSizeMB(64).setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    config.setMergeScheduler(new SerialMergeScheduler());
    try (var writer = new IndexWriter(FSDirectory.open(Path.of(folder)), config);
        var lines = Files.newBufferedReader(Path.of(texts), StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        String[] cells = line.split("\t", 3);
        var doc = new Document();
        doc.add(new StringField("id", cells[0], Field.Store.YES));
        doc.add(new TextField("text", cells[2], Field.Store.NO));
        writer.addDocument(doc);
      }
      writer.forceMerge(1);
    }
  }

  static void ask(String name, String folder, String questions, String out) throws IOException {
    var reader = DirectoryReader.open(FSDirectory.open(Path.of(folder)));
    var searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    var builder = new QueryBuilder(analyzer(name));
    var queries = new ArrayList<Query>();
    for (String line : Files.readAllLines(Path.of(questions), StandardCharsets.UTF_8)) {
      var all = new BooleanQuery.Builder();
      String[] cells = line.split("\t");
      boolean one = false;
      for (int i = 1; i < cells.length; i++) {
        Query phrase;
        // A single sign begins a pair or ends one.
        if (name.equals("bigram") && cells[i].codePointCount(0, cells[i].length()) == 1) {
          phrase = new BooleanQuery.Builder()
              .add(new PrefixQuery(new Term("text", cells[i])), BooleanClause.Occur.SHOULD)
              .add(new WildcardQuery(new Term("text", "?" + cells[i])), BooleanClause.Occur.SHOULD).build();
        } else phrase = builder.createPhraseQuery("text", cells[i]);
        all.add(phrase == null ? new MatchNoDocsQuery() : phrase, BooleanClause.Occur.MUST);
      }
      queries.add(all.build());
    }
    try (var to = new PrintWriter(Files.newBufferedWriter(Path.of(out), StandardCharsets.UTF_8))) {
      // The compiler of the virtual machine needs a round to warm up.
      for (Query query : queries) once(searcher, query, 10);
      for (Query query : queries) {
        var keys = new StringJoiner(",");
        var found = once(searcher, query, 3000);
        for (ScoreDoc doc : found.scoreDocs) keys.add(reader.document(doc.doc).get("id"));
        long begin = System.nanoTime();
        once(searcher, query, 10);
        to.printf("%d\t%.4f\t%s%n", found.totalHits.value, (System.nanoTime() - begin) / 1e6, keys);
      }
    }
  }

  /** The first ones with the exact count. */
  static TopDocs once(IndexSearcher searcher, Query query, int count) throws IOException {
    var collector = TopScoreDocCollector.create(count, Integer.MAX_VALUE);
    searcher.search(query, collector);
    return collector.topDocs();
  }
}
