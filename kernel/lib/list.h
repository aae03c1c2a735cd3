// An intrusive doubly linked list: the links are in the element, so insertion cannot fail.
#pragma once

#include "lib/types.h"

// An element T derives from ListNode<T>. With several Tags it can be on several lists at once.
template <class T, class Tag = void>
class ListNode {
  public:
    constexpr ListNode() = default;
    ListNode(const ListNode&) = delete;
    ListNode& operator=(const ListNode&) = delete;
    bool linked() const { return next_ != nullptr; }

    // Removes the element from its list.
    void unlink() {
        next_->prev_ = prev_;
        prev_->next_ = next_;
        next_ = prev_ = nullptr;
    }

  private:
    template <class, class>
    friend class List;
    ListNode* next_ = nullptr;
    ListNode* prev_ = nullptr;
};

// Not movable: its elements point at it. Not synchronised: the owner holds a lock.
template <class T, class Tag = void>
class List {
    using Node = ListNode<T, Tag>;

  public:
    constexpr List() { head_.next_ = head_.prev_ = &head_; }

    bool empty() const { return head_.next_ == &head_; }
    T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
    T* next(T& e) {
        Node* n = static_cast<Node&>(e).next_;
        return n == &head_ ? nullptr : static_cast<T*>(n);
    }
    void push_back(T& e) { insert(static_cast<Node&>(e), head_); }
    void push_front(T& e) { insert(static_cast<Node&>(e), *head_.next_); }
    void insert_before(T& e, T& at) { insert(static_cast<Node&>(e), static_cast<Node&>(at)); }
    T* pop_front() {
        T* e = front();
        if (e) static_cast<Node*>(e)->unlink();
        return e;
    }

    // For range-for. The loop body may unlink the current element.
    class Iterator {
      public:
        explicit Iterator(Node* n) : node_(n), next_(n->next_) {}
        T& operator*() const { return *static_cast<T*>(node_); }
        Iterator& operator++() {
            node_ = next_;
            next_ = node_->next_;
            return *this;
        }
        bool operator!=(const Iterator& o) const { return node_ != o.node_; }

      private:
        Node* node_;
        Node* next_;
    };
    Iterator begin() { return Iterator(head_.next_); }
    Iterator end() { return Iterator(&head_); }

  private:
    static void insert(Node& n, Node& before) {
        n.prev_ = before.prev_;
        n.next_ = &before;
        before.prev_->next_ = &n;
        before.prev_ = &n;
    }
    Node head_;
};
