//! Fibers and what they wait for: promises, timers, channels, tasks, files.

mod batch;
mod channels;
mod files;
mod groups;
mod promises;
mod scopes;
mod select;
mod semaphores;
mod shared;
mod tasks;
mod timers;
mod virtual_time;

use ruff_runtime::family;
use ruff_runtime::native::Family;

pub(crate) use batch::workers;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("concurrency": [
    channels::CAPACITY,
    channels::CLOSE,
    channels::IS_CLOSED,
    channels::LEN,
    channels::RECEIVE,
    channels::RECEIVE_TIMEOUT,
    channels::SEND,
    channels::TRY_RECEIVE,
    channels::TRY_SEND,
    scopes::CANCEL,
    promises::STATE,
    semaphores::AVAILABLE,
    semaphores::SEMAPHORE_WITH,
    groups::CANCEL,
    groups::IS_CANCELLED,
    groups::LEN,
    groups::START,
    groups::START_TASK,
    tasks::AWAIT_RESULT,
    tasks::CANCEL,
    tasks::STATE,
    semaphores::__ACQUIRE,
    virtual_time::ADVANCE_TIME,
    files::ASYNC_READ_FILE,
    files::ASYNC_READ_FILES,
    timers::ASYNC_SLEEP,
    timers::ASYNC_TIMEOUT,
    files::ASYNC_WRITE_FILE,
    files::ASYNC_WRITE_FILES,
    tasks::AWAIT_TASK,
    channels::BOUNDED_CHANNEL,
    scopes::CALL,
    scopes::CALL_WITH,
    tasks::CANCEL_TASK,
    channels::CHANNEL,
    scopes::CHECK_CANCELLED,
    promises::DEFERRED,
    batch::GET_TASK_POOL_SIZE,
    batch::IN_ORDER,
    scopes::IS_CANCELLED,
    scopes::__LOSE,
    batch::__MAPPER_FAILED,
    batch::__MEMBER_REJECTED,
    scopes::MOVE_ON_AFTER,
    scopes::ON_UNHANDLED_ERROR,
    batch::PAR_EACH,
    batch::PARALLEL_MAP,
    batch::PARALLEL_MAP_JOIN,
    batch::PARALLEL_MAP_SHARE,
    promises::__PENDING,
    promises::PROMISE_ALL,
    promises::PROMISE_ALL_SETTLED,
    promises::PROMISE_ANY,
    promises::PROMISE_RACE,
    promises::PROMISE_REJECT,
    promises::PROMISE_RESOLVE,
    files::__READ_MEMBER,
    promises::__REJECT,
    semaphores::__RELEASE,
    promises::__RESOLVE,
    groups::__RUN_PACKED,
    select::SELECT,
    semaphores::SEMAPHORE,
    batch::SET_TASK_POOL_SIZE,
    shared::SHARED_ADD_INT,
    shared::SHARED_COMPARE_AND_SET,
    shared::SHARED_DELETE,
    shared::SHARED_GET,
    shared::SHARED_HAS,
    shared::SHARED_KEYS,
    shared::SHARED_SET,
    shared::SHARED_UPDATE,
    shared::__SHARED_UPDATE_BEGIN,
    shared::__SHARED_UPDATE_END,
    shared::__SHARED_UPDATE_OVER,
    scopes::SHIELD,
    tasks::SPAWN_TASK,
    scopes::__SUPPRESS,
    groups::TASK,
    groups::TASK_GROUP,
    timers::TICKER,
    virtual_time::VIRTUAL_TIME,
    scopes::WITH_CLEANUP,
    scopes::WITH_TIMEOUT,
    files::__WRITE_MEMBER,
    timers::YIELD_NOW,
]);
