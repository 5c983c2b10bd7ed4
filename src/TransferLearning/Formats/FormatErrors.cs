using TransferLearning.Internal;

namespace TransferLearning.Formats;

/// <summary>The border between the readers, which say what is wrong, and their callers, who must learn in which file.</summary>
internal static class FormatErrors
{
    // A damaged length can make a name of a whole file, and nobody reads a message of megabytes.
    private const int LongestReason = 1000;

    /// <summary>Runs a reader, and names the file in what it reports.</summary>
    /// <exception cref="WeightsFormatException">The reader reported bad data.</exception>
    public static T Name<T>(string file, Func<T> read) =>
        Name(file, read, (name, reason, exception) => new WeightsFormatException(name, reason, exception));

    /// <summary>Runs a reader, and reports what it reports by an exception that has the file's name, the reason and the reader's exception.</summary>
    public static T Name<T>(string file, Func<T> read, Func<string, string, Exception, Exception> report)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception)
        {
            throw report(file, Readable(exception.Message), exception);
        }
        catch (EndOfStreamException exception)
        {
            throw report(file, "it ends before its data does; it is cut short", exception);
        }
    }

    private static string Readable(string reason) =>
        PrintableText.Of(reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…");
}
