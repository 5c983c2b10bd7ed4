namespace TransferLearning.Native;

/// <summary>Notices when work of one kind has come to take several times as long as it did: the machine has become busy with something else.</summary>
internal sealed class Slowdown
{
    private const double Factor = 3;
    private const int InARow = 3;

    private TimeSpan _fastest = TimeSpan.MaxValue;
    private int _slow;

    /// <summary>Takes note of how long one piece took; true where this and those before it were slow.</summary>
    public bool Noticed(TimeSpan elapsed)
    {
        _fastest = elapsed < _fastest ? elapsed : _fastest;
        _slow = elapsed > _fastest * Factor ? _slow + 1 : 0;
        return _slow >= InARow;
    }
}
